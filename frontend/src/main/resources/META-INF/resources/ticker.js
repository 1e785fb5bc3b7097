// SPDX-License-Identifier: Apache-2.0
// A worker whose clock ticks in hidden pages, too: browsers slow down the timers of the page itself to one a second or less.
setInterval(() => postMessage(0), 20);
