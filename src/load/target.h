#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "deliver/batch_sink.h"
#include "deliver/settings.h"
#include "deliver/uri.h"
#include "framing/frame.h"
#include "load/batcher.h"

namespace busyhour::internal {

/// A receiver, as specified by `--to` and `--with`.
struct Target {
  Uri uri;
  std::unique_ptr<BatchSink> sink;
  /// The frame of its records.
  Frame frame = Frame::kJsonl;
  /// The rules for its batches.
  BatchRules rules;
  /// Maximum number of batches in flight.
  std::size_t max_in_flight = 64;
  /// The setting or option that allows more of them, if a receiver that answers
  /// slowly may then take more; empty if it does not.
  std::string_view more_in_flight = {};
};

inline constexpr std::string_view kMoreBatches = "--max-in-flight";
inline constexpr std::string_view kMoreConnections = "--with connections";

/// A kind of receiver.
struct TargetInfo {
  std::string_view scheme;  ///< `tcp`
  std::string_view form;    ///< `tcp://HOST:PORT`
  /// The meaning of "acknowledged" for this receiver.
  std::string_view acknowledged;
  /// Supported frames, the default first.
  std::vector<Frame> frames;
  BatchLimits limits;
  /// Makes the sink and reads the settings that it needs. Null if this program
  /// was built without the required library.
  std::unique_ptr<BatchSink> (*make)(Settings& settings, Target& target);
  /// The required library; empty if there is none.
  std::string_view library;
};

/// All kinds of receivers, in the order of the documentation.
std::span<const TargetInfo> Targets();
const TargetInfo& InfoOf(const Target& target);

/// Whether its address has a host and a port; if not, refuses it.
bool HasHostAndPort(Settings& settings, const Target& target);

/// The settings that the receiver at this address has besides those `with`,
/// some of which depend on others. Empty if it is no address of a receiver.
std::vector<SettingInfo> SettingsOf(const std::string& to,
                                    const std::vector<std::string>& with);

/// Reads a target and adds its errors to `problems`. Does not connect to it.
Target ReadTarget(const std::string& to, const std::vector<std::string>& with,
                  std::vector<Problem>& problems);

}  // namespace busyhour::internal
