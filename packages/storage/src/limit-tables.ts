import type { BudgetPeriod } from '@nexus/core';

/** Whom limits and budgets are about. */
export type SubjectKind = 'key' | 'user' | 'project' | 'domain' | 'global';

export interface TrafficLimitTable {
  readonly subject_kind: SubjectKind;
  readonly subject: string;
  readonly requests_per_minute: number | null;
  readonly input_tokens_per_minute: number | null;
  readonly output_tokens_per_minute: number | null;
  readonly concurrent: number | null;
  readonly changed_at: Date;
}

export interface BudgetTable {
  readonly budget_id: string;
  readonly subject_kind: SubjectKind;
  readonly subject: string;
  readonly period: BudgetPeriod;
  readonly limit_nano: number;
  readonly changed_at: Date;
}

export interface BudgetWindowTable {
  readonly budget_id: string;
  readonly period_start: Date;
  readonly spent_nano: number;
  readonly reserved_nano: number;
}

export interface BudgetReservationTable {
  readonly budget_id: string;
  readonly request_id: string;
  readonly period_start: Date;
  readonly started_at: Date;
  readonly nano: number;
  readonly charged: boolean;
  readonly lease_until: Date;
}
