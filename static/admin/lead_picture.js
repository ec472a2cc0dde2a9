// Shows the picture that is chosen in a field for one.

const address = document.querySelector("#writing-tools").dataset.thumbnail;

for (const select of document.querySelectorAll("select:is([data-field-name=lead_picture], [data-field-name=logo])")) {
  const image = new Image();
  image.className = "thumbnail";
  image.alt = "";
  select.closest(".related-widget-wrapper").after(image);
  const show = () => {
    image.hidden = !select.value;
    if (select.value) image.src = address.replace("/0/", `/${select.value}/`);
  };
  django.jQuery(select).on("change", show);
  show();
}
