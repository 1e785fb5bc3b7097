// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

/**
 * Limits how many requests are sent again: to a fifth of all requests, with up to 500 saved up, so that a pod that dies or hangs
 * fails no request. Without a budget, a backend that is too slow gets a multiple of what it cannot take. A token bucket, as in
 * <a href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md#throttling-retry-attempts-and-hedged-rpcs">gRPC's
 * retry throttling</a>.
 */
final class RetryBudget {
    /** In tokens. Each request brings one. */
    private static final int COST_OF_A_RETRY = 5;

    private static final int MAX_RETRIES = 500;

    private int tokens = MAX_RETRIES * COST_OF_A_RETRY;

    /** Counts a request that is sent for the first time. */
    synchronized void countRequest() {
        tokens = Math.min(tokens + 1, MAX_RETRIES * COST_OF_A_RETRY);
    }

    /** @return whether a request may be sent again; if so, this retry is counted */
    synchronized boolean tryRetry() {
        if (tokens < COST_OF_A_RETRY) {
            return false;
        }
        tokens -= COST_OF_A_RETRY;
        return true;
    }
}
