#pragma once

#include <memory>

#include "deliver/batch_sink.h"
#include "deliver/settings.h"
#include "load/target.h"

namespace busyhour {

using MakeSink = decltype(TargetInfo::make);

#ifdef BUSYHOUR_WITH_HTTP

/// Makes the sink of `http://` and `https://`.
std::unique_ptr<BatchSink> MakeHttp(Settings& settings, Target& target);
/// Makes the sink of `tls://`.
std::unique_ptr<BatchSink> MakeTls(Settings& settings, Target& target);
/// Makes the sink of `azblob://`.
std::unique_ptr<BatchSink> MakeBlobs(Settings& settings, Target& target);

inline constexpr MakeSink kMakeHttp = MakeHttp;
inline constexpr MakeSink kMakeTls = MakeTls;
inline constexpr MakeSink kMakeBlobs = MakeBlobs;

#else

inline constexpr MakeSink kMakeHttp = nullptr;
inline constexpr MakeSink kMakeTls = nullptr;
inline constexpr MakeSink kMakeBlobs = nullptr;

#endif

}  // namespace busyhour
