package io.stripchart.api;

import graphql.schema.GraphQLSchema;
import io.stripchart.api.control.DeletionNews;
import io.stripchart.api.factories.Factories;
import io.stripchart.api.graphql.PersistedQueries;
import io.stripchart.api.rest.RowStream;
import io.stripchart.api.stored.ReadingDeletion;
import io.stripchart.api.stored.SlowStatements;
import io.stripchart.api.stream.StoredStream;
import io.stripchart.api.turns.Subscriptions;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.http.HttpPort;

/**
 * State shared by the servers of a process; for any context.
 *
 * @param answers bytes of responses held
 * @param persisted queries that clients know by their hashes
 * @param database where statements end before the api times out
 */
record ApiShared(
    GraphQLSchema schema,
    DatabaseSettings database,
    SlowStatements slow,
    ApiMetrics metrics,
    AnswerMemory answers,
    RowStream.Places streams,
    PersistedQueries persisted,
    StoredStream stream,
    Factories.Shared factories,
    CacheLimits caches,
    HttpPort http,
    Subscriptions subscriptions,
    ReadingDeletion deletion,
    DeletionNews deletions) {}
