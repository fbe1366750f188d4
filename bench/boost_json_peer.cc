#include <boost/json.hpp>
#include <boost/json/src.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "peer.h"

namespace busyhour::internal {
namespace {

class BoostJsonPeer : public Peer {
 public:
  explicit BoostJsonPeer(std::span<const PeerRecord> records) {
    for (const PeerRecord& record : records) {
      values_.push_back(boost::json::parse(record.object.dump()));
    }
  }

  std::string_view Write(std::size_t record) override {
    serializer_.reset(&values_[record]);
    const boost::json::string_view text =
        serializer_.read(buffer_.data(), buffer_.size());
    return serializer_.done() ? std::string_view(text.data(), text.size())
                              : std::string_view();
  }

 private:
  std::vector<boost::json::value> values_;
  boost::json::serializer serializer_;
  std::vector<char> buffer_ = std::vector<char>(16 << 10);
};

}  // namespace

std::unique_ptr<Peer> MakeBoostJsonPeer(std::span<const PeerRecord> records) {
  return std::make_unique<BoostJsonPeer>(records);
}

}  // namespace busyhour::internal
