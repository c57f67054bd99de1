/** A section of an executable. */
export interface Section {
  readonly name: string;
  /** The section type of ELF; 0 for PE. */
  readonly kind: number;
  /** Position and size in the file. */
  readonly offset: number;
  readonly size: number;
}

/** What the file format says about an executable. */
export interface Executable {
  readonly format: "ELF" | "PE";
  /** As Godot names it: `x86_64`, `arm64`. */
  readonly architecture: string;
  /** Names of the libraries that the system loads with it. */
  readonly libraries: readonly string[];
  /** Directories in which an ELF executable searches libraries first (RPATH and RUNPATH). */
  readonly searchPaths: readonly string[];
  /** Whether it contains no symbol table and no debug information. */
  readonly stripped: boolean;
  /** Position and size of the Authenticode signature; undefined if it is not signed. */
  readonly signature: { readonly offset: number; readonly size: number } | undefined;
  readonly sections: readonly Section[];
}
