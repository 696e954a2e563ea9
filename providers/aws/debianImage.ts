interface Images {
  /** Account at AWS. */
  readonly owner: string;
  readonly filters: { readonly name: string; readonly values: string[] }[];
}

/** Where Debian publishes its machine images, for the program and for `npm run image`. */
export const debianImages: Images = {
  owner: "136693071363",
  filters: [
    { name: "name", values: ["debian-12-amd64-*"] },
    { name: "virtualization-type", values: ["hvm"] },
  ],
};
