package io.stripchart.bench.load;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/** The cost of HTTP alone: as many event loops as the api has, and a response of five bytes. */
public final class Hello extends VerticleBase {
  private static final int MAX_SERVERS = 4;

  private final int port;

  private Hello(int port) {
    this.port = port;
  }

  /**
   * @param arguments port; writes {@code ready} once it listens, and runs until it is killed
   */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int servers = Math.min(MAX_SERVERS, Runtime.getRuntime().availableProcessors());
    Vertx.vertx()
        .deployVerticle(() -> new Hello(port), new DeploymentOptions().setInstances(servers))
        .await(10, TimeUnit.SECONDS);
    System.out.println("ready");
  }

  /** As the api: without HTTP/2, and a body is read before it is answered. */
  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
        .requestHandler(
            request ->
                request.endHandler(
                    end ->
                        request
                            .response()
                            .end("hello")
                            .onFailure(gone -> System.err.println("hello: " + gone.getMessage()))))
        .listen(port, "127.0.0.1");
  }
}
