#include <optional>
#include <string>
#include <string_view>

#include "framing/frame.h"

namespace busyhour::internal {
namespace {

void WrapInOctets(const Record&, std::string_view text, const Cast&,
                  std::optional<SimTime>, std::string& out) {
  out += std::to_string(text.size());
  out += ' ';
  out += text;
}

}  // namespace

// `LENGTH RECORD`, the octet counting of RFC 6587.
constinit const FrameInfo kOctetsFrame = {
    .frame = Frame::kOctets,
    .name = "octets",
    .extension = ".octets",
    .wrap = WrapInOctets,
    .stands_alone = true,
};

}  // namespace busyhour::internal
