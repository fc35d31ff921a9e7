"""What commands survive: deaths of the agent, and a Master that loses, repeats and mixes up."""
