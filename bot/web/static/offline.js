(function () {
  "use strict";
  var page = document, field = page.getElementById("q"), empty = page.getElementById("none");
  var cards = [].slice.call(page.getElementsByTagName("article"));
  var groups = [].slice.call(page.querySelectorAll("section,.p"));
  var places = [].slice.call(page.getElementsByTagName("nav"));
  function plain(text) {
    return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  }
  var texts = cards.map(function (card) {
    return plain(card.textContent + " " + (card.getAttribute("data-k") || ""));
  });
  function search() {
    var words = plain(field.value).split(/\s+/).filter(Boolean), found = 0;
    cards.forEach(function (card, number) {
      var fits = words.every(function (word) { return texts[number].indexOf(word) >= 0; });
      card.hidden = !fits;
      found += fits ? 1 : 0;
    });
    groups.forEach(function (group) {
      group.hidden = !group.querySelector("article:not([hidden])");
    });
    places.forEach(function (place) { place.hidden = words.length > 0; });
    empty.hidden = found > 0;
  }
  function speak() {
    var chosen = page.querySelector(".r:checked");
    page.documentElement.lang = chosen.value;
    page.documentElement.dir = chosen.getAttribute("data-dir");
  }
  var own = page.getElementById("l-" + (navigator.language || "").split("-")[0]);
  if (own) { own.checked = true; }
  [].forEach.call(page.querySelectorAll(".r"), function (radio) { radio.addEventListener("change", speak); });
  speak();
  page.getElementById("s").hidden = false;
  field.addEventListener("input", search);
})();
