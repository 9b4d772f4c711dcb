export function CheckoutPage(_: { parameters: Record<string, string> }) { return <div class="page" />; }
