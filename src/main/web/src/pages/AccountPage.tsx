export function AccountPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
