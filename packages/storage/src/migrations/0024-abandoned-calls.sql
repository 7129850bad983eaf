-- A call that broke off before its first content, so that another account was asked, is billed to its own account: it has a row of
-- usage of its own, in which there is no request, since its exchange is counted with the call that answered.
alter table usage add column request_count smallint not null default 1;
