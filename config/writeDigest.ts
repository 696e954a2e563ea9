import { recordBuild } from "./freshness";

// The last step of `npm run build`: from here on, a change of the sources is noticed.
recordBuild();
