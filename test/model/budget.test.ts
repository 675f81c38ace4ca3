import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/model/budget.ts';

describe('Budget', () => {
  it('reserves the worst case and gives back what was not spent', async () => {
    const budget = new Budget(1);
    const first = await budget.reserve(0.6);
    const second = budget.reserve(0.6);
    let granted = false;
    second.then(() => {
      granted = true;
    });
    await Promise.resolve();
    expect(granted).toBe(false);
    first?.settle(0.1);
    expect(await second).toBeDefined();
    expect(budget.spentUsd).toBeCloseTo(0.1);
    expect(budget.exhausted).toBe(false);
  });

  it('ends when the next call does not fit and nothing can give any back', async () => {
    const budget = new Budget(1);
    const first = await budget.reserve(0.6);
    const tooMuch = budget.reserve(0.6);
    const behind = budget.reserve(0.01);
    first?.settle(0.6);
    expect(await tooMuch).toBeUndefined();
    expect(await behind).toBeUndefined();
    expect(await budget.reserve(0.01)).toBeUndefined();
    expect(budget.exhausted).toBe(true);
  });

  it('serves in the order of asking', async () => {
    const budget = new Budget(1);
    const first = await budget.reserve(1);
    const order: number[] = [];
    const waiting = [0.9, 0.1].map((usd, index) => budget.reserve(usd).then(() => order.push(index)));
    expect(budget.tryReserve(0.01)).toBeUndefined();
    first?.settle(0);
    await Promise.all(waiting);
    expect(order).toEqual([0, 1]);
  });

  it('has room at any time for what costs nothing', async () => {
    const budget = new Budget(0);
    const free = await budget.reserve(0);
    free?.settle(0);
    expect(await budget.reserve(0.01)).toBeUndefined();
    expect(await budget.reserve(0)).toBeDefined();
  });

  it('books what another process has spent', () => {
    const budget = new Budget(1);
    budget.book(0.7);
    expect(budget.tryReserve(0.4)).toBeUndefined();
    expect(budget.tryReserve(0.3)).toBeDefined();
  });

  it('counts a settlement once', async () => {
    const budget = new Budget(1);
    const call = await budget.reserve(1);
    call?.settle(0.4);
    call?.settle(0.4);
    expect(budget.spentUsd).toBe(0.4);
    expect(budget.tryReserve(0.6)).toBeDefined();
    expect(budget.tryReserve(0.01)).toBeUndefined();
  });

  it('holds room for what is committed already, though it is over the limit', () => {
    const budget = new Budget(1);
    budget.reserveCommitted(2);
    expect(budget.tryReserve(0.01)).toBeUndefined();
  });

  it('fills the limit exactly, whatever the rounding', () => {
    const budget = new Budget(0.3);
    expect([0.1, 0.1, 0.1].every((usd) => budget.tryReserve(usd) !== undefined)).toBe(true);
    expect(budget.tryReserve(0.000001)).toBeUndefined();
  });
});
