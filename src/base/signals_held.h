#pragma once

#include <signal.h>

namespace busyhour::internal {

/// While it exists, this thread handles no signals; those that arrive are
/// handled afterwards.
class SignalsHeld {
 public:
  SignalsHeld() noexcept;
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld();

 private:
  sigset_t before_;
};

}  // namespace busyhour::internal
