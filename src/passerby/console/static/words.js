// Messages in the language of the page; English messages are their own keys. Places are written as %(name)s.
const words = JSON.parse(document.body.dataset.words ?? "{}");
const plural = new Intl.PluralRules(document.documentElement.lang);
const FORMS = { ru: ["one", "few", "many"], fr: ["one", "other"] };

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (place, name) => values[name] ?? place);

export function _(message, values = {}) {
  return filled(words[message] ?? message, values);
}

export function ngettext(one, many, number, values = {}) {
  const forms = words[one] ?? [one, many];
  const at = (FORMS[document.documentElement.lang] ?? ["one", "other"]).indexOf(plural.select(number));
  return filled(forms[at] ?? forms.at(-1), { num: number, ...values });
}

// A number as people of this language write it.
export function plain(number, decimals) {
  return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: decimals, minimumFractionDigits: decimals }).format(number);
}
