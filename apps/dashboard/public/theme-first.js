// Runs before the first paint, so that a chosen theme never flashes the other one. The policy forbids inline scripts.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('nexus-theme');
  } catch {
    // A browser without storage follows the machine.
  }
  if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen;
})();
