// A video is a link until it is clicked; nothing is asked of the other site before.
// Keys that open a link elsewhere keep doing so.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-embed]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const player = document.createElement("iframe");
  player.src = link.dataset.embed + (link.dataset.embed.includes("?") ? "&" : "?") + "autoplay=1";
  player.title = link.textContent.trim();
  player.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
  // The player refuses to work for a page that does not say where it is.
  player.referrerPolicy = "strict-origin-when-cross-origin";
  link.replaceWith(player);
  player.focus();
});
