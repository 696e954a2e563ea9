import { accountName, bucket, logLevel } from "../rules/names";
import { absolutePath, plainHostAddress } from "../rules/places";
import { text, truth } from "../rules/rule";
import { defaulted, key } from "./key";

/** The one storage driver that antares3 and every datacube it runs on agree about. */
export const NETCDF = "NetCDF CF";

const S3_GONE =
  "`NetCDF CF`, in exactly this case: antares compares the text, and the s3aio driver was removed " +
  "in datacube 1.8.0; data in S3 needs no other driver, but antares.ingestionBucket";

export const antaresKeys = {
  debug: defaulted({
    path: "antares.debug",
    rule: truth,
    default: false,
    description: "DEBUG. False leaves the key out of the file: antares takes any text as true.",
  }),
  logLevel: defaulted({
    path: "antares.logLevel",
    rule: logLevel,
    default: "INFO" as const,
    description: "DJANGO_LOG_LEVEL.",
  }),
  allowedHosts: defaulted({
    path: "antares.allowedHosts",
    rule: plainHostAddress,
    default: "localhost",
    description: "ALLOWED_HOSTS: one host only.",
  }),
  tempDir: key({
    path: "antares.tempDir",
    rule: absolutePath,
    example: "/srv/antares/data/temp",
    defaultNote: "`data/temp` below share.path",
    description: "TEMP_DIR: boundary archives and other downloads.",
  }),
  serializedObjectsDir: key({
    path: "antares.serializedObjectsDir",
    rule: absolutePath,
    example: "/srv/antares/data/models",
    defaultNote: "`data/models` below share.path",
    description: "SERIALIZED_OBJECTS_DIR: trained models.",
  }),
  ingestionPath: key({
    path: "antares.ingestionPath",
    rule: absolutePath,
    example: "/srv/antares/data/ingestion",
    defaultNote: "`data/ingestion` below share.path",
    description: "INGESTION_PATH: where datacube keeps ingested data.",
  }),
  ingestionBucket: key({
    path: "antares.ingestionBucket",
    rule: bucket,
    example: "my-ingestion",
    defaultNote: "the stack's own bucket on AWS, else left out",
    description:
      "INGESTION_BUCKET. On AWS, hosts have no rights on another bucket than the stack's own, unless " +
      "you give them to the roles of awsHostRoleArn and awsElasticRoleArn.",
  }),
  driver: defaulted({
    path: "antares.driver",
    rule: text({ expected: S3_GONE, parse: (given) => (given === NETCDF ? NETCDF : undefined) }),
    default: NETCDF,
    description: "DRIVER: storage driver of ingestion. `NetCDF CF` is the only one that works.",
  }),
  segmentationDir: key({
    path: "antares.segmentationDir",
    rule: absolutePath,
    example: "/srv/antares/data/segmentation",
    only: "software.line is develop",
    description: "SEGMENTATION_DIR; it or the bucket is needed to predict with a model.",
  }),
  segmentationBucket: key({
    path: "antares.segmentationBucket",
    rule: bucket,
    example: "my-segmentation",
    only: "software.line is develop",
    description: "SEGMENTATION_BUCKET.",
  }),
  usgsUser: key({
    path: "antares.usgsUser",
    rule: accountName,
    example: "jane",
    required: "the secret usgsPassword is given",
    description: "USGS_USER, for orders at USGS ESPA.",
  }),
  scihubUser: key({
    path: "antares.scihubUser",
    rule: accountName,
    example: "jane",
    required: "the secret scihubPassword is given",
    description: "SCIHUB_USER. The Copernicus service behind it was shut in 2023.",
  }),
};
