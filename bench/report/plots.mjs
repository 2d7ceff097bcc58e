export async function drawPlots() {}
