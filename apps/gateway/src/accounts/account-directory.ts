/** The interface lives with the operations that use it; what implements it, `createAccountDirectory`, belongs in this file. */
export type { AccountDirectory, AccountStatus, AccountTest, AccountWindow } from '@nexus/services';
