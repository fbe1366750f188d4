#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "base/stream.h"
#include "load/pace.h"
#include "load/sender.h"

// What a simulated run consists of besides the sender: chance and time.

namespace busyhour::internal {

/// Random draws, all from one seed.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : seed_(seed) {}

  /// Another source of draws, whose draws do not depend on how many are made
  /// here.
  Chance Fork(std::uint64_t number) const {
    return Chance(MixWords(seed_, ~number));
  }
  bool Is(double share) { return Share() < share; }
  /// In [0, count).
  std::size_t Below(std::size_t count) {
    return static_cast<std::size_t>(PickBelow(Next(), count));
  }
  /// In [least, most], each order of magnitude with the same probability.
  double Scale(double least, double most) {
    return least * std::pow(most / least, Share());
  }
  Nanos Time(Nanos least, Nanos most) {
    return static_cast<Nanos>(
        Scale(static_cast<double>(least), static_cast<double>(most)));
  }
  template <class Value>
  Value OneOf(std::initializer_list<Value> values) {
    return *(values.begin() + Below(values.size()));
  }

 private:
  std::uint64_t Next() { return MixWords(seed_, next_++); }
  double Share() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

  std::uint64_t seed_;
  std::uint64_t next_ = 0;
};

/// A clock that moves when a receiver is waited for, and a little whenever it
/// is read.
class SimulatedClock : public RunClock {
 public:
  Nanos Now() override { return now_ += 100; }
  Nanos now() const noexcept { return now_; }
  void AdvanceTo(Nanos time) {
    if (time > now_) now_ = time;
  }

 private:
  Nanos now_ = 0;
};

}  // namespace busyhour::internal
