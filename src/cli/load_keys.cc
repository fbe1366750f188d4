#include "cli/load_keys.h"

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string_view>

namespace busyhour::internal {
namespace {

// A signal handler can reach only what is global.
termios g_settings;                   // those of the terminal before
std::atomic<bool> g_has_keys{false};  // whether it has others now

// Signals that end the program. SIGINT and SIGTERM end a run in order, and are
// handled elsewhere.
constexpr std::array kEnds = {SIGHUP, SIGQUIT, SIGILL, SIGABRT,
                              SIGBUS, SIGFPE,  SIGSEGV};

bool IsInForeground() noexcept {
  return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

// Each key is passed on at once and not shown; Ctrl-C and Ctrl-Z stay.
void TakeKeys() noexcept {
  if (g_has_keys.load() || !IsInForeground()) return;
  termios settings = g_settings;
  settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  g_has_keys.store(true);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &settings);
}

// Unless the signal is ignored, as nohup(1) asks for.
void HandleWith(int signal, void (*handler)(int), int flags) noexcept {
  struct sigaction action {};
  if (::sigaction(signal, nullptr, &action) == 0 &&
      action.sa_handler == SIG_IGN) {
    return;
  }
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigaction(signal, &action, nullptr);
}

// Does what the signal does by default, with the terminal as it was.
void RestoreAndPass(int signal) noexcept {
  LoadKeys::Restore();
  HandleWith(signal, SIG_DFL, 0);
  ::raise(signal);
}

void RestoreAndStop(int) noexcept {
  LoadKeys::Restore();
  ::raise(SIGSTOP);
}

}  // namespace

LoadKeys::LoadKeys() {
  is_active_ = ::isatty(STDIN_FILENO) != 0 && IsInForeground() &&
               ::tcgetattr(STDIN_FILENO, &g_settings) == 0;
  if (!is_active_) return;
  for (const int signal : kEnds) {
    HandleWith(signal, RestoreAndPass, SA_RESETHAND | SA_NODEFER);
  }
  HandleWith(SIGTSTP, RestoreAndStop, SA_RESTART);
  TakeKeys();
}

LoadKeys::~LoadKeys() {
  if (!is_active_) return;
  Restore();
  for (const int signal : kEnds) HandleWith(signal, SIG_DFL, 0);
  HandleWith(SIGTSTP, SIG_DFL, 0);
}

void LoadKeys::Restore() noexcept {
  if (!g_has_keys.exchange(false)) return;
  // In the background, the terminal belongs to another program.
  if (IsInForeground()) ::tcsetattr(STDIN_FILENO, TCSANOW, &g_settings);
}

void LoadKeys::Poll(RunControl& control) {
  // After a stop, the shell may have put the program into the background, where
  // reading would stop it again.
  if (!is_active_ || !IsInForeground()) return;
  TakeKeys();
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  if (!g_has_keys.load() || ::poll(&input, 1, 0) <= 0) return;
  std::array<char, 64> keys;
  const ssize_t size = ::read(STDIN_FILENO, keys.data(), keys.size());
  for (ssize_t i = 0; i < size; ++i) {
    const char key = keys[static_cast<std::size_t>(i)];
    const std::string_view words = key == '+'                 ? "faster"
                                   : key == '-'               ? "slower"
                                   : key == 'p' || key == 'P' ? "toggle"
                                   : key == 'q' || key == 'Q' ? "end"
                                                              : "";
    // A key that this run cannot follow has no effect.
    if (!words.empty()) static_cast<void>(control.Ask(words, AskedBy::kKey));
  }
}

}  // namespace busyhour::internal
