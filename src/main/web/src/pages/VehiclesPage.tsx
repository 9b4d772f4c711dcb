export function VehiclesPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
