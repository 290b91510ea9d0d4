import { describe, expect, test } from "vitest";
import { BUDGET_SPENT, createRetryBudget } from "../src/index.ts";

describe("a retry budget", () => {
  test.each([
    { active: 0, max: 3 },
    { active: 15, max: 3 },
    { active: 19, max: 3 },
    { active: 20, max: 4 },
    { active: 104, max: 20 },
  ])("allows $max retries while $active are under way", ({ active, max }) => {
    expect(createRetryBudget({ active: () => active }).max).toBe(max);
  });

  test("refuses over its share, and follows what is under way", () => {
    let active = 30;
    const budget = createRetryBudget({ budgetPercent: 10, minRetryConcurrency: 1, active: () => active });
    const tickets = [1, 2, 3].map(() => budget.tryAcquire());
    expect(budget.tryAcquire()).toBe(BUDGET_SPENT);
    active = 40;
    expect(budget.tryAcquire()).toBeGreaterThanOrEqual(0);
    active = 10;
    for (const ticket of tickets) budget.complete(ticket);
    expect(budget.active).toBe(1);
    expect(budget.tryAcquire()).toBe(BUDGET_SPENT);
  });

  test("a ticket that comes twice frees one place", () => {
    const budget = createRetryBudget({ active: () => 0 });
    const first = budget.tryAcquire();
    budget.tryAcquire();
    budget.complete(first);
    budget.complete(first);
    budget.complete(BUDGET_SPENT);
    expect(budget.active).toBe(1);
  });

  test("of 0 percent and 0 at least allows nothing", () => {
    const budget = createRetryBudget({ budgetPercent: 0, minRetryConcurrency: 0, active: () => 1_000 });
    expect(budget.tryAcquire()).toBe(BUDGET_SPENT);
  });

  test("prints itself", () => {
    const budget = createRetryBudget({ active: () => 50 });
    budget.tryAcquire();
    expect(String(budget)).toBe("retry budget: 1 of 10 (20 % of active, at least 3)");
  });

  test.each([
    { options: { budgetPercent: 101 }, message: "budgetPercent must be from 0 % to 100 %, got 101" },
    {
      options: { minRetryConcurrency: -1 },
      message: "minRetryConcurrency must be an integer from 0, got -1",
    },
  ])("refuses what makes no sense: $message", ({ options, message }) => {
    expect(() => createRetryBudget({ ...options, active: () => 0 })).toThrow(
      new RangeError(`retry budget: ${message}`),
    );
  });
});
