-- Lists that people come back to: an inbox' conditions under a name, as the address has them. What a view shows is what
-- its reader may see. `shared_with` is an organisation's id, or an area's where posts name no organisation: whoever
-- holds such a post is offered the view too.
create table saved_view (
    county TEXT not null,
    id UUID not null,
    account UUID not null,
    shared_with TEXT,
    name TEXT not null,
    query TEXT not null,
    made_at BIGINT not null,
    primary key (county, id),
    unique (county, account, name),
    foreign key (county, account) references account (county, id)
);
create index saved_view_shared on saved_view (county, shared_with);
