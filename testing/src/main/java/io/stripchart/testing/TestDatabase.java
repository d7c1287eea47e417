package io.stripchart.testing;

import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An empty database for each test class, and the faults of the way there.
 *
 * <pre>{@code
 * @RegisterExtension static final TestDatabase database = TestDatabase.create();
 * }</pre>
 *
 * <p>In a static field it lasts for the class, in an instance field for one test. The server is one
 * embedded PostgreSQL for the whole JVM, or that of {@code -Dstripchart.database.uri=}, whose user
 * must be allowed to create databases. Faults hit only those who connect by {@link #uri()}.
 */
public final class TestDatabase extends Fixture {
  private DatabaseHost server;
  private String directUri;
  private FaultyLink link;

  private TestDatabase() {}

  public static TestDatabase create() {
    return new TestDatabase();
  }

  /** Of the class's own database, through the {@link #link()}. */
  public String uri() {
    return link().through(directUri);
  }

  /** Of the same database, past the link: faults do not reach it. */
  public String directUri() {
    return opened(directUri);
  }

  /** The way that all connections by {@link #uri()} take. */
  public FaultyLink link() {
    return opened(link);
  }

  /** See {@link FaultyLink#stopped()}. */
  public Outage stopped() {
    return link().stopped();
  }

  /** See {@link FaultyLink#frozen()}. */
  public Outage frozen() {
    return link().frozen();
  }

  /** See {@link FaultyLink#cut()}. */
  public void cut() {
    link().cut();
  }

  /** Past the link: see {@link Sql#query}. */
  public List<List<Object>> query(String sql, Object... parameters) {
    return sql().query(sql, parameters);
  }

  /** Past the link: see {@link Sql#number}. */
  public long number(String sql, Object... parameters) {
    return sql().number(sql, parameters);
  }

  /** Past the link: see {@link Sql#execute}. */
  public int execute(String sql, Object... parameters) {
    return sql().execute(sql, parameters);
  }

  /** Asks past the link. */
  public Sql sql() {
    return new Sql(directUri());
  }

  @Override
  void open(ExtensionContext context) {
    server = shared(context, DatabaseHost.class, DatabaseHost::new);
    directUri = server.add();
    link = FaultyLink.to(directUri);
  }

  @Override
  void close() {
    link.close();
    server.remove(directUri);
  }
}
