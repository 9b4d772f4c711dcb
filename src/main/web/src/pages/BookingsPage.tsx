export function BookingsPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
