// SPDX-License-Identifier: Apache-2.0
package k8sdemo.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Guards one HTTP/1 connection, before anything reads a body: answers with a {@link Problem} and closes the connection where
 * a request breaks the rules of framing (RFC 9112), and closes it when its client wants that, is too slow, or sends more
 * than anyone reads. {@link HttpHead} has the rules of a request's head.
 */
final class StrictHttp extends ChannelDuplexHandler {
    /** In seconds: how long a client may take to send one request. A body of 8 KiB then needs 300 bytes a second. */
    static final int REQUEST_SECONDS = 30;

    /** In seconds: how long a client may send on after an answer that does not wait for the rest of the body. */
    private static final int LINGER_SECONDS = 1;

    private static final Problem TOO_SLOW =
            Problem.of(408, "The request took longer than " + REQUEST_SECONDS + " seconds to arrive. Try again.");
    private static final Problem CUT_SHORT = Problem.of(
            400, "The request ended before it was complete. Check Content-Length and the chunks of the body.");

    private final Channel channel;
    private ScheduledFuture<?> timer;
    private String accept;
    private HttpMethod method;
    private int unanswered;
    private boolean headBegun;
    private boolean receiving;
    private boolean answerBegun;
    private boolean closing;
    private boolean inputShutdown;
    private Problem refusal;
    private boolean refused;
    private ChannelHandlerContext context;

    StrictHttp(Channel channel) {
        this.channel = channel;
        startTimer();
    }

    /** Tells that bytes of a request are there, perhaps not yet a whole head: its time begins. */
    void bytesArrived() {
        if (!headBegun && refusal == null) {
            headBegun = true;
            startTimer();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refusal != null || (closing && !receiving)) {
            ReferenceCountUtil.release(message); // behind a refusal, or a close: not a request
        } else if (message instanceof HttpRequest request) {
            requestArrived(context, request);
        } else if (message instanceof HttpContent content) {
            contentArrived(context, content);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void requestArrived(ChannelHandlerContext context, HttpRequest request) {
        accept = request.headers().get(HttpHeaderNames.ACCEPT);
        method = request.method();
        Problem broken = request.decoderResult().isFailure()
                ? undecodable(request.decoderResult().cause())
                : HttpHead.check(request);
        if (broken != null) {
            ReferenceCountUtil.release(request);
            refuse(broken);
            return;
        }
        unanswered++;
        receiving = true;
        closing = HttpHead.prepare(request);
        context.fireChannelRead(request);
    }

    private void contentArrived(ChannelHandlerContext context, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            refuse(CUT_SHORT);
            return;
        }
        if (content instanceof LastHttpContent) {
            receiving = false;
            headBegun = false;
            stopTimer();
        }
        context.fireChannelRead(content);
        if (!receiving) {
            readyForNext();
        }
    }

    private static Problem undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Problem.of(414, "The address is too long: shorten it to 4,096 bytes.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Problem.of(431, "The header is too large: send at most 8 KiB, for example by deleting cookies.");
        }
        return Problem.of(
                400, "The request is not well-formed HTTP/1.1: check the request line and the header fields.");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputShutdown = true;
            if (receiving) {
                refuse(CUT_SHORT);
            } else {
                readyForNext();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (refused) {
            ReferenceCountUtil.release(message); // an answer that comes too late
            promise.tryFailure(new ClosedChannelException());
            return;
        }
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!interim && message instanceof HttpResponse response) {
            answerBegun = true;
            // an answer to a body that is too large does not wait for the rest of it
            if (response.status().code() == HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE.code()) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            closing |= response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
        context.write(message, promise);
        if (!interim && message instanceof LastHttpContent) {
            answerBegun = false;
            unanswered--;
            readyForNext();
        }
    }

    /** Answers with a problem once everything before it is answered, then closes the connection. */
    private void refuse(Problem problem) {
        refusal = problem;
        stopTimer();
        if (context == null) {
            channel.close(); // nothing here speaks HTTP/1 yet
        } else {
            readyForNext();
        }
    }

    /** Goes on as soon as an answer, or a request, is complete. */
    private void readyForNext() {
        if (refused) {
            return;
        }
        if (refusal != null) {
            if (unanswered == (receiving ? 1 : 0) && !answerBegun) {
                writeRefusal();
            } else if (receiving && unanswered <= 1) {
                channel.close(); // in the middle of an answer: a part must not pass for the whole
            }
        } else if (unanswered == 0 && receiving) {
            startTimer(LINGER_SECONDS, channel::close);
        } else if (unanswered == 0 && (closing || inputShutdown)) {
            channel.close();
        } else if (unanswered == 0 && timer == null) {
            startTimer();
        }
    }

    private void writeRefusal() {
        Problem.Body body = refusal.body(accept);
        ByteBuf content = method == HttpMethod.HEAD
                ? Unpooled.EMPTY_BUFFER
                : Unpooled.copiedBuffer(body.text(), StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(refusal.status()), content);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, body.mediaType())
                .set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'self'; img-src 'self'")
                .set("X-Content-Type-Options", "nosniff");
        refused = true;
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private void startTimer() {
        startTimer(REQUEST_SECONDS, () -> {
            if (receiving || headBegun) {
                refuse(TOO_SLOW);
            } else {
                channel.close(); // silent: an answer could be taken for that of the next request
            }
        });
    }

    private void startTimer(int seconds, Runnable action) {
        stopTimer();
        timer = channel.eventLoop().schedule(action, seconds, TimeUnit.SECONDS);
    }

    /** Stops waiting: the request is complete, or the connection closed. */
    void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
