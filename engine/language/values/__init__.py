"""What is known of values: their numbers, their texts, what they depend on."""
