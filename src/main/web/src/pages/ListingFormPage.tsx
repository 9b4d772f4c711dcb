export function ListingFormPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
