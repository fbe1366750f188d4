#include "cli/end_signals.h"

#include <signal.h>

#include "deliver/discarded_file.h"

namespace busyhour::internal {
namespace {

std::atomic<bool> g_has_to_stop{false};

void DiscardAndEnd(int signal) {
  RemoveDiscardedFiles();
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

void HandleSignal(int signal, void (*handler)(int)) {
  struct sigaction action {};
  if (::sigaction(signal, nullptr, &action) != 0) return;
  action.sa_handler = handler;
  action.sa_flags = 0;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void DiscardOnSignals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0 ||
        action.sa_handler == SIG_IGN) {
      continue;
    }
    HandleSignal(signal, DiscardAndEnd);
  }
}

const std::atomic<bool>& StopOnSignals() {
  for (const int signal : {SIGINT, SIGTERM}) {
    HandleSignal(signal, [](int number) {
      if (g_has_to_stop.exchange(true)) DiscardAndEnd(number);
    });
  }
  return g_has_to_stop;
}

}  // namespace busyhour::internal
