import { isoCode, sha256 } from "../rules/names";
import { isPlainPath, isWebAddress, hasCredentials, webAddress } from "../rules/places";
import { choice, text, type Rule } from "../rules/rule";
import { interpreter, release, softwareSource } from "../rules/software";
import { defaulted, key } from "./key";

export const softwareKeys = {
  source: key({
    path: "software.source",
    rule: softwareSource,
    example: "git+https://github.com/CONABIO/antares3.git@0123456789abcdef0123456789abcdef01234567",
    required: "always",
    description:
      "antares3 itself (distribution `madmex`): git with a full commit, a wheel, or a directory. " +
      "There is no default: which commit a site trusts is its own decision. " +
      "The paths are on the machine that Pulumi runs on. The commit in the example is made up; the " +
      "project's lock was resolved for the tip of the develop branch, bd936a8e.",
  }),
  line: defaulted({
    path: "software.line",
    rule: choice(["develop", "master"]),
    default: "develop" as const,
    description: "Line of antares3 that the source is of; it decides which datacube can be used.",
  }),
  python: defaulted({
    path: "software.python",
    rule: interpreter,
    default: "python3.11",
    description:
      "Python interpreter on the hosts; on others than Debian 12, which are not rehearsed, its path.",
  }),
  pythonIndex: key({
    path: "software.pythonIndex",
    rule: webAddress,
    example: "https://packages.example.org/simple",
    defaultNote: "the installer's own",
    description: "Simple index of Python packages, for closed sites.",
  }),
  debianMirror: key({
    path: "software.debianMirror",
    rule: webAddress,
    example: "http://mirror.example.org/debian",
    defaultNote: "the host's own sources",
    description: "Debian mirror, for closed sites.",
  }),
  datacube: defaulted({
    path: "software.datacube",
    rule: release,
    default: "1.8.6",
    description: "datacube's version; it must be the one of the project's lock.",
  }),
};

const archive: Rule<string> = text({
  expected:
    "an https:// or http:// address without user, password or query, or an absolute path on the " +
    "master",
  parse: (given) =>
    isWebAddress(given) || (isPlainPath(given) && given !== "/") ? given : undefined,
  conceals: hasCredentials,
});

export const countryKeys = {
  iso: key({
    path: "countries[].iso",
    rule: isoCode,
    example: "MEX",
    required: "always",
    description: "ISO 3166-1 alpha-3 code, in any case.",
  }),
  archive: key({
    path: "countries[].archive",
    rule: archive,
    example: "/var/cache/borders/MEX_adm_shp.zip",
    required: "always",
    description:
      "Boundary archive: a zip with `*adm0.shp` (field ISO) and, for regions, `*adm1.shp` (fields " +
      "ISO, NAME_1) at its top level, WGS84.",
  }),
  sha256: key({
    path: "countries[].sha256",
    rule: sha256,
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    required: "always",
    description: "Checksum of the archive; nothing is loaded from one that differs.",
  }),
};
