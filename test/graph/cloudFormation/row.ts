/** A property, or all of a resource's, as CloudFormation has them. */
export type Properties = Readonly<Record<string, unknown>>;

/** How one of our types is written in CloudFormation. Inputs that no key names get a capital only. */
export interface Row {
  /** Type there. */
  readonly type: string;
  /** Where it is no resource there but a property of the one that our input `of` refers to. */
  readonly part?: { readonly of: string; readonly under?: string };
  /** Inputs, at any depth, that are more than a capital away. */
  readonly names?: Readonly<Record<string, string>>;
  /** Inputs that have another form there: what they are, beside the other properties. */
  readonly forms?: Readonly<Record<string, (value: unknown) => Properties>>;
  /** Property with the name that the plugin makes of ours where none is given. */
  readonly named?: string;
  /** Inputs that the engine's plugin alone knows, and why they are not there. */
  readonly without?: Readonly<Record<string, string>>;
  /** Attributes there, by our output; `Ref` where our outputs `id` and `name` are not listed. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Inputs that AWS would refuse, and the linter's rule that must say so. */
  readonly wrong: { readonly inputs: Properties; readonly rule: string };
}

/** A type that CloudFormation has not, and why nothing is lost. */
export interface Absent {
  readonly absent: string;
}
