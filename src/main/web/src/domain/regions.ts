// Regions whose public holidays the server knows: countries by their ISO codes, and the parts of Germany, whose holidays differ.
export const GERMAN_STATES: Record<string, string> = {
  BW: "Baden-Württemberg",
  BY: "Bayern",
  BE: "Berlin",
  BB: "Brandenburg",
  HB: "Bremen",
  HH: "Hamburg",
  HE: "Hessen",
  MV: "Mecklenburg-Vorpommern",
  NI: "Niedersachsen",
  NW: "Nordrhein-Westfalen",
  RP: "Rheinland-Pfalz",
  SL: "Saarland",
  SN: "Sachsen",
  ST: "Sachsen-Anhalt",
  SH: "Schleswig-Holstein",
  TH: "Thüringen",
};

const COUNTRIES =
  "AD AE AL AR AT AU BA BE BG BO BR BY CA CH CL CO CR CU CY CZ DE DK EC EE EG ES ET FI FR GB GE GI GR HR HU IE IN IS IT JP KZ LI LT LU LV MA MC MD ME MK MT MU MX NG NI NL NO NZ PA PE PL PT PY RO RS RU SA SE SG SI SK SM TR UA US UY VE XK ZA";

export const REGIONS: readonly string[] = [...Object.keys(GERMAN_STATES).map((state) => `DE-${state}`), ...COUNTRIES.split(" ")];
