export function HostPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
