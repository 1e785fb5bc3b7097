// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * Puts {@link StrictHttp} in front of every HTTP/1 connection. Quarkus has no setting for what happens to a request that the
 * decoder rejects (quarkusio/quarkus 55082), so this adds a handler to the server's Netty pipeline, by the interface that
 * Vert.x has for it.
 */
public final class StrictServer implements VertxServiceProvider {
    @Override
    public void init(VertxBuilder builder) {
        builder.findTransport(new JDKTransport() {
            @Override
            public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
                super.configure(options, domainSocket, bootstrap);
                // A client that has sent its request may close its sending side, and still reads the answer.
                bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                bootstrap.handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext server, Object connection) {
                        ((Channel) connection).pipeline().addLast(new Entrance());
                        server.fireChannelRead(connection);
                    }
                });
            }
        });
    }

    /** The first handler of a connection: sees the bytes before they are decoded. */
    private static final class Entrance extends ChannelInboundHandlerAdapter {
        private StrictHttp strictHttp;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            strictHttp = new StrictHttp(context.channel());
            install(context.pipeline());
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            strictHttp.bytesArrived();
            // Vert.x adds the HTTP/1 decoder once it sees that this is not HTTP/2, and at once decodes what it has
            // seen:
            // it sees one byte at a time, so that no request passes before StrictHttp is in place.
            while (context.pipeline().get(Http1xOrH2CHandler.class) != null && bytes.isReadable()) {
                context.fireChannelRead(bytes.readRetainedSlice(1));
                install(context.pipeline());
            }
            if (context.pipeline().get(Http1xOrH2CHandler.class) == null && !isHttp1(context)) {
                strictHttp.stopTimer(); // HTTP/2 has rules and limits of its own, and Netty keeps them
            }
            context.fireChannelRead(bytes);
        }

        private static boolean isHttp1(ChannelHandlerContext context) {
            return context.pipeline().get(StrictHttp.class) != null;
        }

        private void install(ChannelPipeline pipeline) {
            if (pipeline.get("httpDecoder") != null && pipeline.get(StrictHttp.class) == null) {
                pipeline.addAfter("httpEncoder", "strictHttp", strictHttp);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent && !isHttp1(context)) {
                context.close(); // silent so far, or HTTP/2, which has no half-closed connections
            } else {
                context.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            strictHttp.stopTimer();
            context.fireChannelInactive();
        }
    }
}
