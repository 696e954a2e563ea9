// Preloaded (`node --require`) into plugins that are not ours, which would outlive a killed engine.
import { onEngineGone } from "./engineGone";

onEngineGone(() => process.exit(1));
