#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "peer.h"
#include "rapidjson/stringbuffer.h"
#include "rapidjson/writer.h"

namespace busyhour::internal {
namespace {

// Members, as they would be stored in a program.
struct Member;
using Object = std::vector<Member>;
struct Member {
  std::string name;
  std::variant<std::nullptr_t, std::string, std::int64_t, double, bool, Object>
      value;
};

Object Take(const sample::Json& json) {
  Object object;
  for (const auto& [name, value] : json.items()) {
    if (value.is_object()) {
      object.push_back({name, Take(value)});
    } else if (value.is_string()) {
      object.push_back({name, value.get<std::string>()});
    } else if (value.is_number_integer()) {
      object.push_back({name, value.get<std::int64_t>()});
    } else if (value.is_number_float()) {
      object.push_back({name, value.get<double>()});
    } else if (value.is_boolean()) {
      object.push_back({name, value.get<bool>()});
    } else {
      object.push_back({name, nullptr});
    }
  }
  return object;
}

class RapidJsonPeer : public Peer {
 public:
  explicit RapidJsonPeer(std::span<const PeerRecord> records) {
    for (const PeerRecord& record : records) {
      objects_.push_back(Take(record.object));
    }
  }

  std::string_view Write(std::size_t record) override {
    buffer_.Clear();
    writer_.Reset(buffer_);
    Put(objects_[record]);
    return {buffer_.GetString(), buffer_.GetSize()};
  }

 private:
  static rapidjson::SizeType Size(const std::string& text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }

  bool Put(std::nullptr_t) { return writer_.Null(); }
  bool Put(const std::string& value) {
    return writer_.String(value.data(), Size(value));
  }
  bool Put(std::int64_t value) { return writer_.Int64(value); }
  bool Put(double value) { return writer_.Double(value); }
  bool Put(bool value) { return writer_.Bool(value); }
  bool Put(const Object& object) {
    writer_.StartObject();
    for (const Member& member : object) {
      writer_.Key(member.name.data(), Size(member.name));
      std::visit([this](const auto& value) { Put(value); }, member.value);
    }
    return writer_.EndObject();
  }

  std::vector<Object> objects_;
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

}  // namespace

std::unique_ptr<Peer> MakeRapidJsonPeer(std::span<const PeerRecord> records) {
  return std::make_unique<RapidJsonPeer>(records);
}

}  // namespace busyhour::internal
