import { z } from 'zod';
import type { AgentFamily } from '../../agents/family.ts';
import type { Message } from '../../model/message.ts';
import { PriceBook } from '../../model/price-book.ts';
import { readPriceFile } from '../../model/price-file.ts';
import type { Price, PriceList } from '../../model/prices.ts';
import type { PromptText } from '../../model/prompt.ts';
import type { ModelParams, RequestForm } from '../../model/request.ts';
import type { Wire } from '../../model/wire.ts';
import { importWire } from '../../model/wires.ts';
import { type ReplaySettings, requirePrices, targetsOf } from '../../settings/settings.ts';
import { RunError, SettingsError, TransientError } from '../../shared/errors.ts';

const QUESTION = { user: 'What is one and one? Answer with the number.' };
const ANSWER = z.object({ number: z.int() });
const TIMEOUT_MS = 60_000;

/** A model that captured prompts are put to. */
export class Target {
  readonly params: ModelParams;
  /** Undefined where none is known: its calls are outside the budget. */
  readonly price: Price | undefined;
  readonly #wire: Wire;
  /** Highest ratio seen of what a service charged to the list: what is reserved grows by it. */
  #excess = 1;
  readonly #forms = new Map<AgentFamily, RequestForm>();

  private constructor(params: ModelParams, price: Price | undefined, wire: Wire) {
    this.params = params;
    this.price = price;
    this.#wire = wire;
  }

  /** A model as the settings have it asked. */
  static async of(
    model: string,
    { structured, maxTokens }: Pick<ReplaySettings, 'structured' | 'maxTokens'>,
    prices: PriceBook,
    now: Date,
  ): Promise<Target> {
    const wire = await importWire(model);
    const params = { model, structured: wire.structuredFor(model, structured), maxTokens };
    return new Target(params, prices.priceOf(model, now), wire);
  }

  /** What a call cost, USD: what its service names, else by the list; null where neither tells. Services name 0 for what
   * they do not know, which then counts for nothing. */
  cost({ usage }: Message, list: PriceList): number | null {
    if (usage.cost && usage.cost > 0) return usage.cost;
    if (usage.cost === 0 && usage.input_tokens + usage.output_tokens === 0) return 0;
    return this.price?.cost(usage, list) ?? null;
  }

  /** Upper bound of what a call can cost, USD: by the list, and by what was charged above it before. */
  worst(requestBytes: number, list: PriceList): number | null {
    const worst = this.price?.worst(requestBytes, this.params.maxTokens, list);
    return worst === undefined ? null : worst * this.#excess;
  }

  /** Takes note of what a call was charged. */
  noteCharge({ usage }: Message): void {
    this.#excess = Math.max(this.#excess, this.price?.excess(usage, 'messages') ?? 1);
  }

  /** Asks one question once, or once more in another form. Throws RunError, or TransientError where that passes, when there
   * is no answer. */
  async ask(answer: z.ZodType, question: PromptText, timeoutMs: number): Promise<void> {
    const form = this.#wire.requestForm(answer, {
      ...this.params,
      maxTokens: Math.min(this.params.maxTokens, 1_024),
    });
    const connection = await this.#wire.connect();
    const ask = () => connection.send(form.request(question), AbortSignal.timeout(timeoutMs));
    let tried = await ask();
    if ('discarded' in tried) tried = await ask();
    if ('message' in tried) return;
    const message = `expected ${this.params.model} at ${connection.url} to answer, found ${tried.error}`;
    throw tried.passing ? new TransientError(message) : new RunError(message);
  }

  /** How this model is asked for a decision of the family. */
  formOf(family: AgentFamily): RequestForm {
    const known = this.#forms.get(family);
    if (known) return known;
    if (!family.replay) throw new TypeError(`${family.id} is not replayed`);
    const form = this.#wire.requestForm(family.replay.answer, this.params);
    this.#forms.set(family, form);
    return form;
  }
}

/** The prices that the settings give. Throws SettingsError where a target needs one and has none. */
export async function openPrices(settings: ReplaySettings, now: Date): Promise<PriceBook> {
  if (settings.prices === undefined) return new PriceBook(settings.price);
  const prices = new PriceBook(settings.price, await readPriceFile(settings.prices));
  requirePrices(settings, prices, now);
  return prices;
}

/** The price of a captured model on a day, under its own name or another by --model-alias; undefined where there is none, or
 * are several, of which none can be gone by. */
export function capturedPrices(settings: ReplaySettings, prices: PriceBook) {
  const aliases = 'modelAlias' in settings ? settings.modelAlias : [];
  return (model: string, day: Date): Price | undefined => {
    try {
      return prices.priceOf(aliases.find(({ captured }) => captured === model)?.target ?? model, day);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return undefined;
    }
  };
}

/** The targets of a job, in order. */
export function openTargets(settings: ReplaySettings, prices: PriceBook, now: Date): Promise<Target[]> {
  return Promise.all(targetsOf(settings).map((model) => Target.of(model, settings, prices, now)));
}

/** One question to each target, by the name of the target. What it costs, a few hundred tokens, is in no cost row. A
 * question throws RunError or TransientError when the target gives no answer. */
export async function targetChecks(
  settings: ReplaySettings,
  now: Date,
): Promise<ReadonlyMap<string, () => Promise<void>>> {
  const targets = await openTargets(settings, await openPrices(settings, now), now);
  return new Map(
    targets.map((target) => [target.params.model, () => target.ask(ANSWER, QUESTION, TIMEOUT_MS)]),
  );
}

/** The list that a transport's calls are paid by; recorded answers are not paid for at all. */
export function priceListOf(transport: ReplaySettings['transport']): PriceList | undefined {
  return transport === 'recorded' ? undefined : transport;
}
