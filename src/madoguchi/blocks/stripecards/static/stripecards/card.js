// Stripe's field for the card, and the card company's challenge. What was typed goes to Stripe;
// we learn only how it ended, on the page to which the payer returns.

const form = document.querySelector("[data-card]");
const { kind, key, secret, return: returnUrl, problem } = form.dataset;
const language = document.documentElement.lang;
const place = form.querySelector("[data-problem-place]");
const busy = form.querySelector("[data-busy]");
const button = form.querySelector("button");
const field = form.querySelector("#card-field");

// these keep the payer on the page: the card company has not decided on anything
const STAYS = new Set(["validation_error", "api_connection_error"]);

function wait(isWaiting) {
  button.disabled = isWaiting;
  busy.textContent = isWaiting ? busy.dataset.words : "";
}

function show(text) {
  place.textContent = text;
  wait(false);
}

function mount(stripe) {
  if (!field) {
    return undefined;
  }
  const style = getComputedStyle(document.body);
  const card = stripe.elements({ locale: language }).create("card", {
    hidePostalCode: true,
    style: { base: { fontSize: "17px", color: style.color } },
  });
  card.mount(field);
  return card;
}

async function confirm(stripe, card) {
  const data = card ? { payment_method: { card } } : undefined;
  return kind === "setup"
    ? stripe.confirmCardSetup(secret, data)
    : stripe.confirmCardPayment(secret, data);
}

if (typeof Stripe === "function") {
  const stripe = Stripe(key, { locale: language });
  const card = mount(stripe);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    place.textContent = "";
    wait(true);
    try {
      const { error } = await confirm(stripe, card);
      if (error && STAYS.has(error.type)) {
        show(error.message || problem);
        return;
      }
    } catch {
      show(problem);
      return;
    }
    window.location.assign(returnUrl);
  });
} else {
  const words = document.createElement("p");
  words.className = "c-card__problem";
  words.setAttribute("role", "alert");
  words.textContent = problem;
  form.before(words);
}
