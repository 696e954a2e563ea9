/**
 * What the engine sends to dynamic providers in a preview in place of a value that is not known yet.
 * It is a string whatever the type of the value, so code that looks at types must ask first.
 */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True where the value, or anything inside it, is not known yet. */
export function containsUnknown(value: unknown): boolean {
  if (value === unknownValue) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(containsUnknown);
}
