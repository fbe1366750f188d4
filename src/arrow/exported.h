#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace busyhour::internal {

/// Releases an exported `ArrowSchema` or `ArrowArray`, unless a consumer has
/// moved it away, and frees its memory.
struct ExportedRelease {
  template <class Thing>
  void operator()(Thing* thing) const noexcept {
    if (thing->release != nullptr) thing->release(thing);
    delete thing;
  }
};
template <class Thing>
using Exported = std::unique_ptr<Thing, ExportedRelease>;

/// One that is yet to be set.
template <class Thing>
Exported<Thing> NewExported() {
  return Exported<Thing>(new Thing{});
}

/// What an exported `ArrowSchema` or `ArrowArray` points to. Its type of parts
/// derives from this.
template <class Thing>
struct ExportedParts {
  std::vector<Exported<Thing>> children;
  std::vector<Thing*> child_pointers;
  Exported<Thing> dictionary;
};

/// Sets the members of `out` that both structures have, and gives it its parts.
template <class Parts, class Thing>
void ExportParts(std::unique_ptr<Parts> parts, Thing* out) {
  for (const auto& child : parts->children) {
    parts->child_pointers.push_back(child.get());
  }
  out->n_children =
      static_cast<decltype(out->n_children)>(parts->children.size());
  out->children =
      parts->children.empty() ? nullptr : parts->child_pointers.data();
  out->dictionary = parts->dictionary.get();
  out->release = [](Thing* thing) {
    if (thing == nullptr || thing->release == nullptr) return;
    delete static_cast<Parts*>(thing->private_data);
    thing->release = nullptr;
  };
  out->private_data = parts.release();
}

}  // namespace busyhour::internal
