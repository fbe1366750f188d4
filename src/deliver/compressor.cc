#include "deliver/compressor.h"

namespace busyhour {

std::unique_ptr<Compressor> NewCompressor(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return NewGzipCompressor();
    case Compression::kZstd:
      return NewZstdCompressor();
    case Compression::kNone:
    case Compression::kLz4:
      return nullptr;
  }
  return nullptr;
}

}  // namespace busyhour
