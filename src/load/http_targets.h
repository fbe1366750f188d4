#pragma once

#include <memory>

#include "deliver/batch_sink.h"
#include "deliver/settings.h"
#include "load/target.h"

namespace busyhour::internal {

// Available only in programs that are built with libcurl.

/// Makes the sink of `http://` and `https://`.
std::unique_ptr<BatchSink> MakeHttp(Settings& settings, Target& target);
/// Makes the sink of `tls://`.
std::unique_ptr<BatchSink> MakeTls(Settings& settings, Target& target);
/// Makes the sink of `azblob://`.
std::unique_ptr<BatchSink> MakeBlobs(Settings& settings, Target& target);

}  // namespace busyhour::internal
