#include "cli/load_signals.h"

#include <signal.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/load_keys.h"
#include "deliver/discarded_file.h"

namespace busyhour::internal {
namespace {

std::atomic<int> g_interrupts{0};
std::atomic<RunControl*> g_control{nullptr};

void Handle(int signal, void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

}  // namespace

const std::atomic<int>& CountInterrupts() {
  for (const int signal : {SIGINT, SIGTERM}) {
    Handle(signal, [](int) {
      if (g_interrupts.fetch_add(1) < 2) return;
      LoadKeys::Restore();
      RemoveDiscardedFiles();
      ::_exit(kInterrupted);
    });
  }
  return g_interrupts;
}

ControlSignals::ControlSignals(RunControl& control) {
  g_control.store(&control);
  Handle(
      SIGUSR1,
      [](int) {
        if (RunControl* const run = g_control.load()) run->ToggleBySignal();
      },
      SA_RESTART);
  Handle(
      SIGUSR2,
      [](int) {
        if (RunControl* const run = g_control.load()) run->EndBySignal();
      },
      SA_RESTART);
}

ControlSignals::~ControlSignals() {
  // Later ones have no effect, which is better than their default: to end the
  // program while it writes its report.
  Handle(SIGUSR1, SIG_IGN);
  Handle(SIGUSR2, SIG_IGN);
  g_control.store(nullptr);
}

}  // namespace busyhour::internal
