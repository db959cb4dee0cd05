"""Rules about written things that need neither database nor clock."""
