#include "profile/keys.h"

#include <cstddef>

#include "base/nearest.h"
#include "profile/load.h"
#include "text/json_text.h"

namespace busyhour::internal {
namespace {

class ObjectReader : public KeyVisitor {
 public:
  ObjectReader(const JsonNode& object, ProblemList& problems)
      : object_(object),
        problems_(problems),
        known_(object.children.size(), false) {}

  void Visit(const Key& key) override {
    names_.push_back(key.name);
    const JsonNode* member = object_.Find(key.name);
    if (member == nullptr) {
      if (key.required && key.scope.applies) {
        const bool is_own = key.name == std::string_view("description") &&
                            object_.Find("extends") != nullptr;
        problems_.Add(object_, Quoted(key.name) + " is missing" +
                                   (is_own ? "; it is not inherited from the "
                                             "profile of \"extends\""
                                           : ""));
      }
      return;
    }
    known_[static_cast<std::size_t>(member - object_.children.data())] = true;
    if (key.scope.applies) {
      key.value.read(*member, problems_);
    } else {
      problems_.AddAtKey(*member, Quoted(key.name) + " is a key of " +
                                      key.scope.has_it + ", not of " +
                                      key.scope.here);
    }
  }

  void ReportUnknownKeys() const {
    for (std::size_t i = 0; i < known_.size() && !problems_.full(); ++i) {
      if (known_[i]) continue;
      const JsonNode& member = object_.children[i];
      problems_.AddAtKey(member, UnknownKey(member.key, names_));
    }
  }

 private:
  const JsonNode& object_;
  ProblemList& problems_;
  std::vector<bool> known_;
  std::vector<std::string_view> names_;
};

class ObjectWriter : public KeyVisitor {
 public:
  void Visit(const Key& key) override {
    if (!key.scope.applies) return;
    std::string text = key.value.write();
    if (!text.empty()) members_.emplace_back(key.name, std::move(text));
  }

  std::string Text() const { return JsonObject(members_); }

 private:
  JsonMembers members_;
};

class SchemaWriter : public KeyVisitor {
 public:
  void Visit(const Key& key) override {
    const ValueInfo info = key.value.info();
    const std::string default_text = DefaultOf(key.value);
    std::string description(key.meaning);
    if (!key.scope.has_it.empty()) {
      description += " A key of " + key.scope.has_it + '.';
    }
    if (!info.range.empty()) description += " Range: " + info.range + '.';
    if (!key.required && !default_text.empty()) {
      description += " Default: " + default_text + '.';
    }
    if (!properties_.empty()) properties_ += ',';
    properties_ += JsonString(key.name) +
                   ":{\"description\":" + JsonString(description) +
                   (info.schema.empty() ? "" : ",") + info.schema + '}';
    if (key.required && key.scope.has_it.empty()) {
      required_ += (required_.empty() ? "" : ",") + JsonString(key.name);
    }
  }

  std::string Schema() const {
    return R"("type":"object","properties":{)" + properties_ + '}' +
           (required_.empty() ? "" : R"(,"required":[)" + required_ + ']') +
           R"(,"additionalProperties":false)";
  }

 private:
  std::string properties_;
  std::string required_;
};

}  // namespace

void ReadObject(const JsonNode& node, ProblemList& problems,
                const Members& members) {
  if (node.kind != JsonNode::Kind::kObject) {
    problems.Add(node, NotA(node, "an object { ... }"));
    return;
  }
  ObjectReader reader(node, problems);
  members(reader);
  reader.ReportUnknownKeys();
}

std::string WriteObject(const Members& members) {
  ObjectWriter writer;
  members(writer);
  return writer.Text();
}

std::string ObjectSchema(const Members& members) {
  SchemaWriter writer;
  members(writer);
  return writer.Schema();
}

std::string DefaultOf(const Value& value) {
  ValueInfo info = value.info();
  return info.default_ ? std::move(*info.default_) : value.write();
}

Value Object(Members members) {
  return {[members](const JsonNode& node, ProblemList& problems) {
            ReadObject(node, problems, members);
          },
          [members] {
            // Omit a group if all its keys are omitted.
            std::string text = WriteObject(members);
            return text == "{}" ? "" : text;
          },
          [members] {
            return ValueInfo{"object", "", ObjectSchema(members), ""};
          },
          members};
}

std::string UnknownKey(std::string_view key,
                       const std::vector<std::string_view>& names) {
  // A name with many places has none that is likely.
  constexpr std::size_t kFew = 3;
  std::vector<std::string> places = PlacesOfKey(key);
  const bool is_misplaced = !places.empty() && places.size() <= kFew;
  if (!is_misplaced) return UnknownName(key, "a key here", names);
  for (std::string& place : places) {
    if (place.empty()) place = "the profile itself";
  }
  const std::string hint = DidYouMean(key, names);
  return Quoted(key) + " is not a key here" +
         (hint.empty() ? "; it" : hint + ' ' + Quoted(key)) + " belongs in " +
         EitherOf({places.begin(), places.end()});
}

std::string UnknownName(std::string_view word, std::string_view noun,
                        const std::vector<std::string_view>& names) {
  constexpr std::size_t kFew = 16;
  std::string text = Quoted(word) + " is not " + std::string(noun);
  const std::string hint = DidYouMean(word, names);
  if (!hint.empty()) return text + hint;
  if (!names.empty() && names.size() <= kFew) {
    text += "; use " + EitherOf(names);
  }
  return text;
}

}  // namespace busyhour::internal
