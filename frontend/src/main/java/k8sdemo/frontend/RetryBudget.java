// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits how many requests are sent again: to a fifth of the requests of the last ten seconds, plus 100, so that a pod that
 * dies or hangs fails no request. Without a budget, a backend that is too slow gets a multiple of what it cannot take. The
 * idea is that of <a href="https://twitter.github.io/finagle/guide/Clients.html#retries">Finagle's RetryBudget</a>.
 */
final class RetryBudget {
    private static final int SECONDS = 10;
    private static final int REQUESTS_PER_RETRY = 5;
    private static final int MIN_RETRIES = 100;

    private final LongSupplier nanoTime;

    /** Of each of the last seconds: its requests, minus what its retries cost. */
    private final int[] balances = new int[SECONDS];

    private long second;

    /** @param nanoTime the clock, {@link System#nanoTime} except in tests */
    RetryBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.second = now();
    }

    /** Counts a request that is sent for the first time. */
    synchronized void countRequest() {
        forgetOldSeconds();
        balances[index(second)]++;
    }

    /** @return whether a request may be sent again; if so, this retry is counted */
    synchronized boolean tryRetry() {
        forgetOldSeconds();
        if (Arrays.stream(balances).sum() - REQUESTS_PER_RETRY < -MIN_RETRIES * REQUESTS_PER_RETRY) {
            return false;
        }
        balances[index(second)] -= REQUESTS_PER_RETRY;
        return true;
    }

    private void forgetOldSeconds() {
        long now = now();
        for (second = Math.max(second, now - SECONDS); second < now; ) {
            balances[index(++second)] = 0;
        }
    }

    private static int index(long second) {
        return Math.floorMod(second, SECONDS);
    }

    private long now() {
        return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
    }
}
