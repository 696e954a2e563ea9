import type { Client } from "pg";

/** What the database holds of one country. */
export interface CountryRows {
  /** ISO 3166-1 alpha-3. */
  readonly iso: string;
  /** Rows of the country itself; one, where it was loaded. */
  readonly rows: number;
  readonly regions: number;
  /** Fewer than `regions`: the borders were loaded twice. */
  readonly distinctRegions: number;
}

export type CountriesState = "absent" | "partial" | "doubled" | "ready";

/** Countries that must be there, and of how many regions their borders were when they were loaded. */
export interface CountriesExpectation {
  readonly isos: readonly string[];
  /** By code; a code without a number is held to no number. */
  readonly regions?: Readonly<Record<string, number>>;
}

/** Decides the state over all countries asked for, and names every fault. */
export function countriesState(
  countries: readonly CountryRows[],
  loaded: Readonly<Record<string, number>> = {},
): {
  readonly state: CountriesState;
  readonly missing: readonly string[];
} {
  const absent = countries.filter(({ rows }) => rows === 0).map(({ iso }) => `country ${iso}`);
  const doubled = countries.flatMap(({ iso, rows, regions, distinctRegions }) => [
    ...(rows > 1 ? [`country ${iso} is there ${rows} times`] : []),
    ...(regions > distinctRegions
      ? [`${iso} has ${regions} regions, ${distinctRegions} of them distinct`]
      : []),
  ]);
  const fewer = countries
    .filter(({ iso, rows, regions }) => rows > 0 && regions < (loaded[iso] ?? 0))
    .map(({ iso, regions }) => `${iso} has ${regions} of ${loaded[iso]} regions`);
  const missing = [...absent, ...doubled, ...fewer];
  if (doubled.length > 0) return { state: "doubled", missing };
  if (missing.length === 0) return { state: "ready", missing };
  return { state: absent.length === countries.length ? "absent" : "partial", missing };
}

/** Counts for each code, in the order asked for; zeros where antares' tables are not there. */
export async function readCountries(
  client: Client,
  isos: readonly string[],
): Promise<CountryRows[]> {
  const found = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_catalog.pg_class c
       join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'r'
        and c.relname in ('madmex_country', 'madmex_region')`,
  );
  if (found.rows[0]?.count !== 2) {
    return isos.map((iso) => ({ iso, rows: 0, regions: 0, distinctRegions: 0 }));
  }
  const { rows } = await client.query<CountryRows>(
    `select asked.iso, count(distinct c.id)::int as rows, count(r.id)::int as regions,
            count(distinct r.name)::int as "distinctRegions"
       from unnest($1::text[]) with ordinality as asked (iso, place)
       left join public.madmex_country c on c.name = asked.iso
       left join public.madmex_region r on r.country_id = c.id
      group by asked.iso, asked.place order by asked.place`,
    [isos],
  );
  return rows;
}
